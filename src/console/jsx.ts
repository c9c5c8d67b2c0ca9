/** What templates are compiled to. The build adds this file to every module with a template. */
export { Fragment, h } from 'preact';

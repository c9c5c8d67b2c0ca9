/** A button that does not send the form that it is in. */
import type { ButtonHTMLAttributes, Ref } from 'preact';

/** Takes what a `button` takes. */
export const Button = (properties: ButtonHTMLAttributes & { ref?: Ref<HTMLButtonElement> }) => <button type="button" {...properties} />;

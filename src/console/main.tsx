/** Starts the console in the page. */
import { render } from 'preact';
import { Shell } from './shell.tsx';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<Shell />, root);
}

/** Fits `debug`: the router echoes what it sends to a provider (`debug.echo_upstream_body`), and a provider gets any other switch. Pure. */
import { isObject } from '../../lib/json.ts';
import type { UnifiedRequest } from '../../unified/request/request.ts';
import { drop, fitParameter, type FitContext } from '../fit-parameter.ts';

/** True for a stream that shows what was sent upstream. */
export const echoesBodies = ({ stream, parameters: { debug } }: Pick<UnifiedRequest, 'stream' | 'parameters'>): boolean =>
  stream && isObject(debug) && debug['echo_upstream_body'] === true;

/** Fits `debug`. */
export function fitDebug(fitting: FitContext): void {
  const { parameters, stream } = fitting.request;
  const { debug } = parameters;
  if (!isObject(debug)) return fitParameter(fitting, 'debug', debug);
  const { echo_upstream_body: echo, ...others } = debug;
  if (Object.keys(others).length > 0) fitParameter(fitting, 'debug', others);
  if (echo === true && !stream) drop(fitting, 'debug.echo_upstream_body', { value: true, reason: 'it has a meaning for streams only' });
}

/** Fits `plugins`: the router does its own ones itself, and a provider that has plugins gets the others. Pure. */
import { readRequestedFormat } from '../../unified/request/format-instruction.ts';
import { hasPlugin, otherPlugins, RESPONSE_HEALING } from '../../unified/request/plugins.ts';
import { drop, fitParameter, type FitContext } from '../fit-parameter.ts';

/** Fits `plugins`. */
export function fitPlugins(fitting: FitContext): void {
  const others = otherPlugins(fitting.request.parameters);
  if (others.length > 0) fitParameter(fitting, 'plugins', others);
  fitHealing(fitting);
}

/** Fits the plugin that repairs answers, or reports why it has no effect. */
function fitHealing(fitting: FitContext): void {
  const { request, emulation } = fitting;
  if (!hasPlugin(request.parameters, RESPONSE_HEALING)) return;
  const why = request.stream
    ? 'it repairs answers that are not streamed'
    : readRequestedFormat(request.parameters.response_format) === null
      ? 'it repairs answers with a response_format of type json_object or json_schema'
      : null;
  if (why === null) emulation.repairsJson = true;
  else drop(fitting, 'plugins', { value: RESPONSE_HEALING, reason: `${RESPONSE_HEALING}: ${why}` });
}

/**
 * Fits a request whose body goes to an upstream of the client's own format: one call, and no change but to reasoning of other providers, to a
 * conversation that the client allows to shorten, and to `store` where the client forbids it. What the upstream refuses reaches the client in
 * the upstream's words, since clients of a format act on them. Pure.
 */
import type { FittedCall, TemplateName } from '../dialects/dialect.ts';
import type { NativeRequest, UnifiedRequest } from '../unified/request/request.ts';
import { fitDebug } from './parameters/debug.ts';
import { fitPlugins } from './parameters/plugins.ts';
import { fitParameter, NO_EMULATION, type FitContext, type Target } from './fit-parameter.ts';
import { fitReasoningHistory } from './parameters/history.ts';
import { fitNativeStore } from './parameters/store.ts';
import { fitLength, fitTransforms } from './parameters/transforms.ts';
import type { FittedRequest } from './split.ts';

/** Fits the request. Parameters keep their unified names: they are read for usage and prices only. */
export function fitNative(request: UnifiedRequest, native: NativeRequest, target: Target): FittedRequest {
  const emulation = { ...NO_EMULATION, stop: [] };
  const fitting: FitContext = { request, target, adjustments: [...request.adjustments], emulation, accepted: {}, parameters: {} };
  reportRouterFields(fitting);
  const { rules, model } = target;
  const { input } = request;
  const call: FittedCall = {
    model,
    input:
      input.kind === 'prompt' ? input : { ...input, conversation: fitReasoningHistory(fitLength(input.conversation, fitting), fitting) },
    parameters: request.parameters,
    stream: request.stream,
    streamOptions: false,
    template: rules.template as TemplateName, // checked by the build
    roles: rules.roles,
    messageFields: rules.messageFields,
    quirks: rules.quirks,
    native: fitNativeStore(native, fitting),
  };
  return { parts: [{ call, choices: [0], echo: null, echoed: null }], adjustments: fitting.adjustments, emulation };
}

/** Reports fields of the router that are left out of the body and that it does not carry out. */
function reportRouterFields(fitting: FitContext): void {
  const { plugins, transforms, debug, preset, trace } = fitting.request.parameters;
  if (plugins !== undefined) fitPlugins(fitting);
  if (transforms !== undefined) fitTransforms(fitting);
  if (debug !== undefined) fitDebug(fitting);
  if (preset !== undefined) fitParameter(fitting, 'preset', preset);
  if (trace !== undefined) fitParameter(fitting, 'trace', trace);
}

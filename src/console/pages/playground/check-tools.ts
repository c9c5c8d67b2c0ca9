/** Checks the tools of a request before they are sent. Every finding names its line and field. Pure. */
import { isObject } from '../../../lib/json.ts';
import { readJsonText, type Finding } from '../../parts/json-text.ts';
import { pointerOfPath } from '../../parts/pointer.ts';

/** Takes the path of a field (`tools[0].type`) and what is wrong with it. */
type Report = (path: string, text: string) => void;

/** What is wrong with a list of tools, in the order of its lines. It does not forbid to send them: the router judges. */
export function checkTools(text: string): Finding[] {
  const read = readJsonText(text);
  if (!read.isValid) return [{ line: read.place.line, text: read.message }];
  const findings: Finding[] = [];
  const report: Report = (path, message) => {
    // A field that is missing has the line of what it should be in.
    let pointer = pointerOfPath(path).replace('/tools', '');
    while (read.placeOf(pointer) === null) pointer = pointer.slice(0, pointer.lastIndexOf('/'));
    findings.push({ line: read.placeOf(pointer)?.line ?? 1, text: `${path}: ${message}` });
  };
  const names = new Set<unknown>();
  if (!Array.isArray(read.value)) report('tools', 'expected a list, [{"type": "function", "function": {"name": "..."}}].');
  else for (const [index, tool] of read.value.entries()) checkTool(tool, { path: `tools[${index}]`, names, report });
  return findings.toSorted((one, other) => one.line - other.line);
}

/** @param names of the tools before this one. */
function checkTool(tool: unknown, { path, names, report }: { path: string; names: Set<unknown>; report: Report }): void {
  if (!isObject(tool)) return report(path, 'expected an object.');
  const { type, function: declared } = tool;
  if (typeof type !== 'string') return report(`${path}.type`, 'expected "function", or the type of a provider\'s own tool.');
  if (type !== 'function') return; // a provider's own tool: its rules decide
  const inner = `${path}.function`;
  if (!isObject(declared)) return report(inner, 'expected an object with name, description and parameters.');
  const { name, description, parameters } = declared;
  if (typeof name !== 'string' || name === '') report(`${inner}.name`, 'expected a text.');
  else if (names.has(name)) report(`${inner}.name`, `${JSON.stringify(name)} is there twice.`);
  names.add(name);
  if (description != null && typeof description !== 'string') report(`${inner}.description`, 'expected a text.');
  if (parameters == null) return;
  if (isObject(parameters)) checkSchema(parameters, `${inner}.parameters`, report);
  else report(`${inner}.parameters`, 'expected a JSON Schema object.');
}

function checkSchema({ type, properties, required }: Record<string, unknown>, path: string, report: Report): void {
  if (type !== undefined && type !== 'object') report(`${path}.type`, 'expected "object", because arguments are an object.');
  if (properties !== undefined && !isObject(properties)) report(`${path}.properties`, 'expected an object of schemas.');
  if (required === undefined) return;
  if (!Array.isArray(required)) return report(`${path}.required`, 'expected a list of names.');
  for (const [index, name] of required.entries()) {
    const isKnown = typeof name === 'string' && (!isObject(properties) || Object.hasOwn(properties, name));
    if (!isKnown) report(`${path}.required[${index}]`, `${JSON.stringify(name)} is not in properties.`);
  }
}

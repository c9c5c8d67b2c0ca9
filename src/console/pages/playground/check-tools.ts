/** Checks the tools of a request before they are sent. Every finding names its line and field. Pure. */
import { isObject } from '../../../lib/json.ts';
import { readJsonText, type Finding, type JsonText } from '../../parts/json-text.ts';
import { childPointer } from '../../parts/pointer.ts';

type Report = (pointer: string, text: string) => void;

/** What is wrong with a list of tools, in the order of its lines. It does not forbid to send them: the router judges. */
export function checkTools(text: string): Finding[] {
  const read = readJsonText(text);
  if (!read.isValid) return [{ line: read.place.line, text: read.message }];
  const findings: Finding[] = [];
  const report: Report = (pointer, message) => void findings.push({ line: lineOf(read, pointer), text: message });
  if (!Array.isArray(read.value)) report('', 'tools: expected a list, [{"type": "function", "function": {"name": "..."}}].');
  else {
    for (const [index, tool] of read.value.entries()) checkTool(tool, index, report);
    checkNames(read.value, report);
  }
  return findings.toSorted((one, other) => one.line - other.line);
}

/** The line of a field, or of what it would be in. */
function lineOf(read: Extract<JsonText, { isValid: true }>, pointer: string): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = read.placeOf(at);
    if (place !== null) return place.line;
    if (at === '') return 1;
  }
}

function checkTool(tool: unknown, index: number, report: Report): void {
  const at = childPointer('', index);
  const path = `tools[${index}]`;
  if (!isObject(tool)) return report(at, `${path}: expected an object.`);
  const { type, function: declared } = tool;
  if (typeof type !== 'string') return report(`${at}/type`, `${path}.type: expected "function", or the type of a provider's own tool.`);
  if (type !== 'function') return; // a provider's own tool: its rules decide
  if (!isObject(declared)) return report(`${at}/function`, `${path}.function: expected an object with name, description and parameters.`);
  const { name, description, parameters } = declared;
  if (typeof name !== 'string' || name === '') report(`${at}/function/name`, `${path}.function.name: expected a text.`);
  if (description != null && typeof description !== 'string')
    report(`${at}/function/description`, `${path}.function.description: expected a text.`);
  if (parameters == null) return;
  if (!isObject(parameters)) return report(`${at}/function/parameters`, `${path}.function.parameters: expected a JSON Schema object.`);
  checkSchema(parameters, { at: `${at}/function/parameters`, path: `${path}.function.parameters`, report });
}

function checkSchema(schema: Record<string, unknown>, { at, path, report }: { at: string; path: string; report: Report }): void {
  if (schema['type'] !== undefined && schema['type'] !== 'object')
    report(`${at}/type`, `${path}.type: expected "object", because arguments are an object.`);
  const { properties, required } = schema;
  if (properties !== undefined && !isObject(properties)) report(`${at}/properties`, `${path}.properties: expected an object of schemas.`);
  if (required === undefined) return;
  if (!Array.isArray(required)) return report(`${at}/required`, `${path}.required: expected a list of names.`);
  for (const [index, name] of required.entries()) {
    const isKnown = typeof name === 'string' && (!isObject(properties) || Object.hasOwn(properties, name));
    if (!isKnown) report(`${at}/required/${index}`, `${path}.required[${index}]: ${JSON.stringify(name)} is not in properties.`);
  }
}

function checkNames(tools: readonly unknown[], report: Report): void {
  const seen = new Set<unknown>();
  for (const [index, tool] of tools.entries()) {
    const name = isObject(tool) && isObject(tool['function']) ? tool['function']['name'] : undefined;
    if (typeof name !== 'string') continue;
    if (seen.has(name)) report(`/${index}/function/name`, `tools[${index}].function.name: ${JSON.stringify(name)} is there twice.`);
    seen.add(name);
  }
}

/**
 * Schemas of the tools that Claude knows by their type and the client runs: other models need the schema. Sources: Anthropic's pages on the bash,
 * text editor, memory and computer use tools; @anthropic-ai/sdk 1.14.0, BetaMemoryTool20250818Command (both read 2026-11-30).
 */
import { numberOf, wordOf, type JsonObject } from '../../../lib/json.ts';

/** What a model needs to know of a tool. */
type KnownTool = { description: string; properties: JsonObject; required: readonly string[] };

const string = (description: string): JsonObject => ({ type: 'string', description });
const integer = (description: string): JsonObject => ({ type: 'integer', description });
const pair = (description: string): JsonObject => ({ type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2, description });
const oneOf = (...values: string[]): JsonObject => ({ type: 'string', enum: values });

const BASH: KnownTool = {
  description: 'Runs a command in a bash session that keeps its state between calls.',
  properties: { command: string('The command to run.'), restart: { type: 'boolean', description: 'Restart the session instead.' } },
  required: [],
};

/** Fields of commands on files. */
const FILE_FIELDS: JsonObject = {
  path: string('Absolute path of the file or directory.'),
  view_range: pair('view: first and last line; -1 = the end.'),
  file_text: string('create: the content of the file.'),
  old_str: string('str_replace: the text to replace; it stands once in the file.'),
  new_str: string('str_replace: the text that replaces it.'),
  insert_line: integer('insert: the line after which the text is inserted; 0 = the beginning.'),
};

const INSERT_TEXT: JsonObject = { insert_text: string('insert: the text.') };

/** Before version 20250728 an inserted text was `new_str`. */
const editor = (commands: readonly string[], more: JsonObject): KnownTool => ({
  description: `Views, creates and edits files${Object.keys(more).length === 0 ? '; the command insert takes the text from new_str' : ''}.`,
  properties: { command: oneOf(...commands), ...FILE_FIELDS, ...more },
  required: ['command', 'path'],
});

const EDIT = ['view', 'create', 'str_replace', 'insert'];

const MEMORY: KnownTool = {
  description: 'Keeps notes between conversations as files below /memories. View the directory before you begin.',
  properties: {
    command: oneOf(...EDIT, 'delete', 'rename'),
    ...FILE_FIELDS,
    ...INSERT_TEXT,
    old_path: string('rename: the path now.'),
    new_path: string('rename: the path afterwards.'),
  },
  required: ['command'],
};

const ACTIONS = [
  'key',
  'type',
  'mouse_move',
  'left_click',
  'left_click_drag',
  'right_click',
  'middle_click',
  'double_click',
  'screenshot',
  'cursor_position',
];
const LATER_ACTIONS = ['left_mouse_down', 'left_mouse_up', 'triple_click', 'scroll', 'hold_key', 'wait'];

function computer({ display_width_px: width, display_height_px: height, enable_zoom: zooms, type }: JsonObject): KnownTool {
  const isFirst = type === 'computer_20241022';
  const isSized = numberOf(width) !== null && numberOf(height) !== null;
  const screen = isSized ? ` with a screen of ${Number(width)} by ${Number(height)} pixels` : '';
  return {
    description: `Controls a computer${screen}. Take a screenshot to see it.`,
    properties: {
      action: oneOf(...ACTIONS, ...(isFirst ? [] : LATER_ACTIONS), ...(zooms === true ? ['zoom'] : [])),
      coordinate: pair('x and y in pixels from the upper left corner.'),
      text: string('type: the text; key and hold_key: the keys, as xdotool names them.'),
      ...(isFirst
        ? {}
        : {
            start_coordinate: pair('left_click_drag: where it begins.'),
            scroll_direction: oneOf('up', 'down', 'left', 'right'),
            scroll_amount: integer('scroll: how many clicks of the wheel.'),
            duration: { type: 'number', description: 'hold_key and wait: seconds.' },
          }),
      ...(zooms === true
        ? { region: { type: 'array', items: { type: 'integer' }, minItems: 4, maxItems: 4, description: 'zoom: x0, y0, x1, y1.' } }
        : {}),
    },
    required: ['action'],
  };
}

/** A tool by the beginning of its type, which ends in a date. */
const KNOWN: readonly (readonly [type: RegExp, (tool: JsonObject) => KnownTool])[] = [
  [/^bash_\d+$/, () => BASH],
  [/^text_editor_(2024|20250124)/, () => editor([...EDIT, 'undo_edit'], {})],
  [/^text_editor_20250429$/, () => editor(EDIT, {})],
  [/^text_editor_\d+$/, () => editor(EDIT, INSERT_TEXT)],
  [/^memory_\d+$/, () => MEMORY],
  [/^computer_\d+$/, computer],
];

/** The description and schema of a tool that is known by its type; null = the type is another one. */
export function knownTool(tool: JsonObject): { description: string; parameters: JsonObject } | null {
  const found = KNOWN.find(([type]) => type.test(wordOf(tool['type'])))?.[1];
  if (found === undefined) return null;
  const { description, properties, required } = found(tool);
  return { description, parameters: { type: 'object', properties, required: [...required] } };
}

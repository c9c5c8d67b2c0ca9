/**
 * Chat templates: convert messages to one prompt for a provider of text completions. Text in, text out. The provider file names the template
 * of a model.
 *
 * Sources: the `chat_template` of the reference models' tokenizer configurations (Qwen2.5, Llama 3, Mistral 7B Instruct v0.3,
 * Gemma 2), as commonly published. The beginning-of-text token is left to the provider, which adds it itself.
 */
import type { TemplateName } from '../../dialect.ts';

/** One turn as a template sees it. */
export type Turn = { role: 'system' | 'user' | 'assistant' | 'tool'; text: string };

type Template = {
  /** The marker a model writes when its turn is over; it is added to `stop`. */
  end: string;
  /** A finished turn. */
  turn: (turn: Turn) => string;
  /** How an answer of the assistant begins. */
  open: string;
  /** Templates without a system role carry the system text at the head of the first user turn. */
  foldsSystem: boolean;
};

const title = (role: Turn['role']) => role.charAt(0).toUpperCase() + role.slice(1);

const TEMPLATES: Readonly<Record<TemplateName, Template>> = {
  plain: {
    end: '\nUser:',
    turn: ({ role, text }) => `${title(role)}: ${text}\n\n`,
    open: 'Assistant:',
    foldsSystem: false,
  },
  chatml: {
    end: '<|im_end|>',
    turn: ({ role, text }) => `<|im_start|>${role}\n${text}<|im_end|>\n`,
    open: '<|im_start|>assistant\n',
    foldsSystem: false,
  },
  'llama-3': {
    end: '<|eot_id|>',
    turn: ({ role, text }) => `<|start_header_id|>${role === 'tool' ? 'ipython' : role}<|end_header_id|>\n\n${text}<|eot_id|>`,
    open: '<|start_header_id|>assistant<|end_header_id|>\n\n',
    foldsSystem: false,
  },
  mistral: {
    end: '</s>',
    turn: ({ role, text }) => (role === 'assistant' ? ` ${text}</s>` : `[INST] ${text} [/INST]`),
    open: '',
    foldsSystem: true,
  },
  gemma: {
    end: '<end_of_turn>',
    turn: ({ role, text }) => `<start_of_turn>${role === 'assistant' ? 'model' : 'user'}\n${text}<end_of_turn>\n`,
    open: '<start_of_turn>model\n',
    foldsSystem: true,
  },
};

/** Returns the marker that ends an answer written with this template. */
export function endMarker(name: TemplateName): string {
  return TEMPLATES[name].end;
}

/** Writes the prompt. A final assistant turn is left open for the model to continue. */
export function renderTemplate(name: TemplateName, turns: readonly Turn[]): string {
  const template = TEMPLATES[name];
  const folded = template.foldsSystem ? foldSystem(turns) : turns;
  const last = folded.at(-1);
  const prefill = last?.role === 'assistant' ? last.text : null;
  const finished = prefill === null ? folded : folded.slice(0, -1);
  const opening = prefill === null ? template.open : `${template.open}${template.open === '' || name === 'plain' ? ' ' : ''}${prefill}`;
  return finished.map(template.turn).join('') + opening;
}

/** System text moves to the head of the next user turn; after the last user turn it becomes a user turn of its own. */
function foldSystem(turns: readonly Turn[]): Turn[] {
  const folded: Turn[] = [];
  let waiting: string[] = [];
  for (const turn of turns) {
    if (turn.role === 'system') {
      waiting.push(turn.text);
    } else if (turn.role === 'user') {
      folded.push({ role: 'user', text: [...waiting, turn.text].join('\n\n') });
      waiting = [];
    } else {
      folded.push(turn);
    }
  }
  if (waiting.length > 0) folded.push({ role: 'user', text: waiting.join('\n\n') });
  return folded;
}

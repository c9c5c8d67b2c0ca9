/** Edits the messages of a request. */
import { useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { Field } from '../../parts/field.tsx';
import { optionsOf, SelectField } from '../../parts/select.tsx';
import { imageMistake, moved, readMessage, ROLES, writeMessage } from './messages.ts';

/** Largest file that is written into the request as a data URL, in bytes. */
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

/** @param messages as in the request; anything but a list is edited in the JSON view. */
export function MessageEditor({ messages, onChange }: { messages: unknown; onChange: (messages: unknown[]) => void }) {
  const adder = useRef<HTMLButtonElement>(null);
  if (messages !== undefined && !Array.isArray(messages)) return <p class="warn">messages is no list: edit it in the JSON view.</p>;
  const list: readonly unknown[] = messages ?? [];
  const remove = (index: number) => {
    adder.current?.focus(); // the button that has the focus goes
    onChange(list.filter((_, place) => place !== index));
  };
  const replace = (index: number, message: JsonObject) => onChange(list.map((one, place) => (place === index ? message : one)));
  return (
    <fieldset class="stack">
      <legend>Messages</legend>
      {list.map((message, index) => (
        <Message
          key={index}
          message={message}
          number={index + 1}
          isLast={index === list.length - 1}
          onChange={(next) => replace(index, next)}
          onMove={(by) => onChange(moved(list, index, by))}
          onRemove={() => remove(index)}
        />
      ))}
      <div>
        <Button ref={adder} onClick={() => onChange([...list, { role: 'user', content: '' }])}>
          Add a message
        </Button>
      </div>
    </fieldset>
  );
}

type MessageProps = {
  message: unknown;
  number: number;
  isLast: boolean;
  onChange: (message: JsonObject) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

function Message({ message, number, isLast, onChange, onMove, onRemove }: MessageProps) {
  const fields = isObject(message) ? message : {};
  const form = readMessage(fields);
  const role = String(fields['role'] ?? '');
  return (
    <div class="panel stack">
      <div class="row">
        <SelectField
          label={`Role of message ${number}`}
          options={optionsOf([...ROLES, role])}
          value={role}
          onChoose={(next) => onChange({ ...fields, role: next })}
        />
        <Button aria-label={`Move message ${number} up`} disabled={number === 1} onClick={() => onMove(-1)}>
          ↑
        </Button>
        <Button aria-label={`Move message ${number} down`} disabled={isLast} onClick={() => onMove(1)}>
          ↓
        </Button>
        <Button aria-label={`Remove message ${number}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
      {form === null ? (
        <p class="soft">This message has content that only the JSON view edits.</p>
      ) : (
        <>
          <Field label={`Text of message ${number}`}>
            {(props) => (
              <textarea
                {...props}
                rows={Math.min(12, Math.max(2, form.text.split('\n').length))}
                value={form.text}
                onInput={(event) => onChange(writeMessage(fields, { ...form, text: event.currentTarget.value }))}
              />
            )}
          </Field>
          <Images images={form.images} number={number} onChange={(images) => onChange(writeMessage(fields, { ...form, images }))} />
        </>
      )}
    </div>
  );
}

function Images({ images, number, onChange }: { images: readonly string[]; number: number; onChange: (images: string[]) => void }) {
  const [error, setError] = useState<string | null>(null);
  const addFile = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > MAX_IMAGE_BYTES) return setError(`${file.name} has ${file.size} bytes; expected at most ${MAX_IMAGE_BYTES}.`);
    setError(null);
    onChange([...images, await dataUrlOf(file)]);
  };
  return (
    <details open={images.length > 0}>
      <summary>
        Images of message {number} ({images.length})
      </summary>
      <div class="stack">
        {images.map((url, index) => (
          <div key={index} class="row">
            <Field label={`Address of image ${index + 1}`} error={imageMistake(url)}>
              {(props) => (
                <input
                  {...props}
                  type="text"
                  value={url}
                  onInput={(event) => onChange(images.map((one, place) => (place === index ? event.currentTarget.value : one)))}
                />
              )}
            </Field>
            <Button aria-label={`Remove image ${index + 1}`} onClick={() => onChange(images.filter((_, place) => place !== index))}>
              Remove
            </Button>
          </div>
        ))}
        <div class="row">
          <Button onClick={() => onChange([...images, 'https://'])}>Add an address</Button>
          <Field label="Add a file" error={error}>
            {(props) => (
              <input {...props} type="file" accept="image/*" onChange={(event) => void addFile(event.currentTarget.files?.[0])} />
            )}
          </Field>
        </div>
      </div>
    </details>
  );
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}

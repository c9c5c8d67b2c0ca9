/** A labelled control with a hint and an error. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** Ids and states that a control takes. */
export type ControlProps = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true };

/** @param children makes the control from the ids that connect it to its label, hint and error. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: string | null;
  children: (props: ControlProps) => ComponentChildren;
}) {
  const id = useId();
  const notes = [...(hint === undefined ? [] : [`${id}-hint`]), ...(error == null ? [] : [`${id}-error`])];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(notes.length === 0 ? {} : { 'aria-describedby': notes.join(' ') }),
        ...(error == null ? {} : { 'aria-invalid': true }),
      })}
      {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
      {error == null ? null : (
        <small id={`${id}-error`} class="bad">
          {error}
        </small>
      )}
    </div>
  );
}

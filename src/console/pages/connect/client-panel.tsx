/** A client with its settings. */
import type { ConnectClient } from '../../../http/connect.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { fillModel, isTested, KINDS } from './settings.ts';

/** @param model goes where the settings have `MODEL`. */
export function ClientPanel({ client, model }: { client: ConnectClient; model: string }) {
  const { name, kind, version, place, settings } = client;
  return (
    <article class="panel stack" aria-label={name}>
      <h2>
        {name}{' '}
        <small class="soft">
          {KINDS[kind]}
          {isTested(client) ? null : ', not tested'}
        </small>
      </h2>
      {version === null ? null : (
        <p>
          <span class="tag good">tested</span> {version === 'any' ? 'any version' : `version ${version}`}
        </p>
      )}
      {place === null ? null : <p>In {place}:</p>}
      {settings.map(({ code, language, tested_with: testedWith, note }) => {
        const text = fillModel(code, model);
        const what = settings.length === 1 ? name : (testedWith?.split(' ')[0] ?? note ?? language);
        return (
          <div key={code} class="stack">
            {testedWith === null && note === null ? null : (
              <p>
                {testedWith === null ? null : (
                  <>
                    <span class="tag good">tested</span> {testedWith}{' '}
                  </>
                )}
                {note === null ? null : <span class="soft">{note}</span>}
              </p>
            )}
            <pre>{text}</pre>
            <div>
              <CopyButton text={text} label={`Copy ${what}`} />
            </div>
          </div>
        );
      })}
    </article>
  );
}

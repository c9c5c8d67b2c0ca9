/** Facts with their names, as a list and as tiles. */
import type { ComponentChildren } from 'preact';

/** A name and what is known. */
export type Fact = readonly [name: string, value: ComponentChildren];

/** A list of facts. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">{facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{value}</dd>])}</dl>
);

/** The numbers on top of a page. Each may have lines below it. */
export const Tiles = ({ tiles, kind = '' }: { tiles: readonly (readonly [...Fact, ...notes: string[]])[]; kind?: string }) => (
  <div class={`tiles ${kind}`}>
    {tiles.map(([title, value, ...notes]) => (
      <div key={title} class="tile">
        {title}
        <b>{value}</b>
        {notes.map((note) => (
          <small key={note} class="soft line">
            {note}
          </small>
        ))}
      </div>
    ))}
  </div>
);

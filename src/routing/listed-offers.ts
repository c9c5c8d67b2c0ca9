/** Finds the listed endpoints that a name stands for. Pure. */
import { offeringOf, type Catalog } from '../registry/catalog.ts';
import type { CompiledProvider, Offering } from '../registry/provider.ts';
import { readName } from './resolve-model.ts';

/** A model as one provider offers it. */
export type ModelOffer = { provider: CompiledProvider; offering: Offering };

/** The listed endpoints of any name that a request may call a model; of an alias, those of all models that it stands for. */
export function listedOffers(name: string, catalog: Catalog): readonly ModelOffer[] {
  return (catalog.alias(name) ?? [{ model: name }]).flatMap(({ model }) => {
    if (!model.startsWith('@')) return readName(model, catalog).offered;
    const [, slug = '', id = ''] = /^@([^/]+)\/(.+)$/.exec(model) ?? [];
    const provider = catalog.provider(slug);
    const offering = provider === undefined ? null : offeringOf(provider, id);
    return provider === undefined || offering === null ? [] : [{ provider, offering }];
  });
}

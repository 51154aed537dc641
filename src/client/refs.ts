import type { ComplaintRef, ProviderName } from '../model.js'
import type { ComplaintOf } from '../provider.js'

/** The provider of an adapter, or of a union of adapters. */
export type ProviderOf<A> = ComplaintOf<A>['provider']

/**
 * A reference to a complaint that adapters `A` may have. A reference that was typed for providers of which `A` has none
 * is a compile error that names the providers of `A`.
 */
export type RefOf<A, Provider extends ProviderName> = ComplaintRef<
  [Extract<Provider, ProviderOf<A>>] extends [never] ? ProviderOf<A> : Provider
>

/** One adapter or several; an empty list is a compile error. */
export type AdaptersOf<A> = [A] extends [never] ? 'ComplaintClient needs at least one adapter' : A | readonly A[]

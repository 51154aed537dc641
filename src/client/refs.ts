import type { ComplaintRef, ProviderName } from '../model.js'
import type { ComplaintOf } from '../provider.js'

/** The provider of an adapter, or of a union of adapters. */
export type ProviderOf<A> = ComplaintOf<A>['provider']

/**
 * A reference to a complaint of one of the providers `Known`. A reference that was typed for other providers only is a
 * compile error that names the known ones.
 */
export type RefAmong<Known extends ProviderName, Provider extends ProviderName> = ComplaintRef<
  [Extract<Provider, Known>] extends [never] ? Known : Provider
>

/** A reference to a complaint that adapters `A` may have. */
export type RefOf<A, Provider extends ProviderName> = RefAmong<ProviderOf<A>, Provider>

/** One adapter or several; an empty list is a compile error. */
export type AdaptersOf<A> = [A] extends [never] ? 'ComplaintClient needs at least one adapter' : A | readonly A[]

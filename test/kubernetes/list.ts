import type { Served } from './resource.ts'
import { fieldMatcher, labelMatcher, type Matches } from './selector.ts'
import type { ListMeta } from './shape.ts'
import { badRequest, gone, invalid, tooLarge } from './status.ts'
import type { Entry, Store } from './store.ts'
import type { WatchAsk } from './watches.ts'

type Token = { v: 'meta.k8s.io/v1'; rv: number; start: string }

export function matcherOf(
  type: Served,
  namespace: string | undefined,
  name: string | undefined,
  query: URLSearchParams,
): Matches {
  const byLabel = labelMatcher(query.get('labelSelector'))
  const byField = fieldMatcher(query.get('fieldSelector'), type)
  return (entry) =>
    (namespace === undefined || entry.namespace === namespace) &&
    (name === undefined || entry.name === name) &&
    byLabel(entry) &&
    byField(entry)
}

/** One page. Its token names the version of the first page and the last object, so that all pages are of one moment. */
export function listPage(
  store: Store,
  type: Served,
  matches: Matches,
  query: URLSearchParams,
): { entries: Entry[]; meta: ListMeta } {
  const limit = numberOf(query, 'limit')
  const asked = versionOf(query)
  const match = query.get('resourceVersionMatch')
  const token = query.get('continue') ? readToken(query.get('continue')!) : undefined
  if (token && asked !== '' && asked !== '0')
    throw badRequest('specifying resource version is not allowed when using continue')
  if (match !== null && asked === '')
    throw invalid(
      'ListOptions',
      'meta.k8s.io',
      '',
      'resourceVersionMatch',
      'forbidden without resourceVersion',
    )
  if (Number(asked) > store.version) throw tooLarge(Number(asked), store.version)

  let version = store.version
  if (match === 'Exact') version = Number(asked)
  if (token && token.rv > 0) version = token.rv
  if (version < store.compacted) {
    if (!token) throw gone(`the provided resource version is too old: ${version}`)
    const start: Token = { v: 'meta.k8s.io/v1', rv: -1, start: token.start }
    throw gone(
      'the provided continue parameter is too old to display a consistent list result',
      writeToken(start),
    )
  }
  if (version > store.version) throw badRequest('continue key is not valid: it names a future version')

  const all = store.list(type.storage, version)
  const entries: Entry[] = []
  // What the cache answers (version 0) is not paged.
  const pageSize = limit > 0 && !(asked === '0' && !token) ? limit : Number.POSITIVE_INFINITY
  const first = token ? firstAfter(all, token.start) : 0
  let at = first
  for (; at < all.length && entries.length < pageSize; at++) if (matches(all[at]!)) entries.push(all[at]!)
  const isSelected = query.has('labelSelector') || query.has('fieldSelector')
  const rest = at < all.length ? all.slice(at).filter(matches).length : 0
  if (rest === 0) return { entries, meta: { resourceVersion: String(version) } }
  const next: Token = { v: 'meta.k8s.io/v1', rv: version, start: keyOf(entries.at(-1)!) }
  return {
    entries,
    meta: {
      resourceVersion: String(version),
      continue: writeToken(next),
      ...(isSelected ? {} : { remainingItemCount: rest }),
    },
  }
}

/** The watch that a query asks for. Throws 400 and 422 where its parts do not go together. */
export function watchAskOf(
  query: URLSearchParams,
  isWatchListMissing: boolean,
): Omit<WatchAsk, 'type' | 'matches' | 'shape'> {
  const resourceVersion = versionOf(query)
  const sendInitialEvents = query.get('sendInitialEvents')
  const match = query.get('resourceVersionMatch')
  const refuse = (field: string, message: string) => invalid('ListOptions', 'meta.k8s.io', '', field, message)
  if (sendInitialEvents !== null && isWatchListMissing)
    throw refuse('sendInitialEvents', 'forbidden unless the WatchList feature gate is enabled')
  if (sendInitialEvents !== null && match !== 'NotOlderThan')
    throw refuse('resourceVersionMatch', 'sendInitialEvents requires NotOlderThan')
  if (sendInitialEvents === null && match !== null)
    throw refuse('resourceVersionMatch', 'forbidden for watch unless sendInitialEvents is provided')
  const timeout = numberOf(query, 'timeoutSeconds')
  return {
    resourceVersion,
    sendInitialEvents: sendInitialEvents === 'true',
    bookmarks: query.get('allowWatchBookmarks') === 'true',
    timeoutSeconds: timeout > 0 ? timeout : undefined,
  }
}

function versionOf(query: URLSearchParams): string {
  const version = query.get('resourceVersion') ?? ''
  if (!/^\d{0,15}$/.test(version)) throw badRequest(`invalid resource version ${JSON.stringify(version)}`)
  return version
}
function numberOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) || '0'
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`invalid ${name}: ${text}`)
  return Number(text)
}

const keyOf = (entry: Entry): string => `${entry.namespace}/${entry.name}`
function firstAfter(all: readonly Entry[], key: string): number {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (keyOf(all[middle]!) <= key) low = middle + 1
    else high = middle
  }
  return low
}
const writeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url')
function readToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token
    if (token.v === 'meta.k8s.io/v1' && Number.isInteger(token.rv) && typeof token.start === 'string')
      return token
  } catch {
    // Said below.
  }
  throw badRequest('continue key is not valid')
}

import type { TagNames } from '../../port/trace-store.ts'
import type { Traces } from '../../service/telemetry/index.ts'

type TagValues = Awaited<ReturnType<Traces['tagValues']>>

/** Those that Tempo lists under the scope `intrinsic`. */
const intrinsics = [
  ...['duration', 'event:name', 'event:timeSinceStart', 'instrumentation:name', 'instrumentation:version'],
  ...['kind', 'link:spanID', 'link:traceID', 'name', 'rootName', 'rootServiceName', 'span:duration'],
  ...['span:id', 'span:kind', 'span:name', 'span:parentID', 'span:status', 'span:statusMessage', 'status'],
  ...['statusMessage', 'trace:duration', 'trace:id', 'trace:rootName', 'trace:rootService', 'traceDuration'],
]
const scopes = ['resource', 'span', 'event', 'link', 'instrumentation'] as const

/** SearchTagsResponse: names alone. */
export function tagAnswer(names: TagNames, scope: string): unknown {
  const listed = scopes.flatMap((one) =>
    scope === '' || scope === 'none' || scope === one ? names[one] : [],
  )
  return { tagNames: [...new Set(scope === 'intrinsic' ? intrinsics : listed)].sort(), metrics: {} }
}

/** SearchTagsV2Response: names by scope; a scope without names is left out. */
export function tagAnswerV2(names: TagNames, scope: string): unknown {
  const all = [
    ...scopes.map((name) => ({ name, tags: names[name] })),
    { name: 'intrinsic', tags: intrinsics },
  ]
  const wanted = all.filter(
    ({ name, tags }) => tags.length > 0 && (scope === '' || scope === 'none' || scope === name),
  )
  return { scopes: wanted, metrics: {} }
}

export const valueAnswer = (values: TagValues): unknown => ({
  tagValues: values.map(({ value }) => value),
  metrics: {},
})
export const valueAnswerV2 = (values: TagValues): unknown => ({ tagValues: values, metrics: {} })

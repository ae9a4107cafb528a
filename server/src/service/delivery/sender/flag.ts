import { fieldOf } from '../../../port/forge-hook.ts'
import {
  explicitOf,
  idAt,
  listAt,
  type Named,
  nothing,
  one,
  type ReadMessage,
  textAt,
  timeAt,
  urlAt,
  words,
} from '../told.ts'

/** A tag that says what a flag is about, such as `service:cart`. */
const about = (tags: readonly (string | undefined)[]): string[] =>
  tags.filter((tag): tag is string => tag !== undefined && /^[a-z]+[:/]./.test(tag))

/**
 * OpenFeature's provider event `PROVIDER_CONFIGURATION_CHANGED` with its details (specification, §5: `flagsChanged`, `message`,
 * `eventMetadata`), as an event handler posts it; alone or as the `data` of a CloudEvent.
 */
export const readOpenfeature: ReadMessage = ({ body, delivery }) => {
  const event = fieldOf(body, 'specversion') === undefined ? body : fieldOf(body, 'data')
  const type = textAt(event, 'type') ?? textAt(event, 'event') ?? textAt(body, 'type') ?? ''
  if (!/configuration.?changed/i.test(type))
    return nothing(`${type || 'An event of no type'} changes no flag.`)
  const flags = (
    fieldOf(event, 'flagsChanged') === undefined
      ? listAt(event, 'flags_changed')
      : listAt(event, 'flagsChanged')
  )
    .filter((flag) => typeof flag === 'string')
    .map((flag) => flag.slice(0, 200))
  const metadata = fieldOf(event, 'eventMetadata') ?? fieldOf(event, 'event_metadata')
  const at = timeAt(body, 'time') ?? timeAt(event, 'timestamp')
  const provider = textAt(event, 'providerName') ?? textAt(event, 'provider')
  const domain = textAt(event, 'domain')
  const id = idAt(body, 'id')
  return one({
    key: ['openfeature', provider, domain, flags, id ?? at ?? delivery],
    at,
    kind: 'CONFIG',
    summary: words(
      flags.length === 0 ? 'feature flags changed' : `feature flag ${flags.slice(0, 10).join(', ')} changed`,
      provider && `at ${provider}`,
      textAt(event, 'message') && `: ${textAt(event, 'message')}`,
    ),
    actor: textAt(metadata, 'actor'),
    environment: textAt(metadata, 'environment'),
    explicit: explicitOf(fieldOf(metadata, 'entities') ?? fieldOf(event, 'entities')),
    repositories: [],
    names: [...flags, ...(domain === undefined ? [] : [domain])].map((name): Named => ({ name })),
  })
}

/** Actions on a flag that no user can see. */
const unseen =
  /^(?:create|updateName|updateDescription|updateTags|updateMaintainer|updateIncludeInSnippet|updateClientSide|updateAttachedGoals|manageFlagFollowers|updateFlagCustomProperties|updateFlagLink|createFlagLink|deleteFlagLink)/

/** LaunchDarkly's webhook, an entry of its audit log (https://launchdarkly.com/docs/api/webhooks). A flag's tags may say `service:cart`. */
export const readLaunchdarkly: ReadMessage = ({ body, delivery }) => {
  const kind = textAt(body, 'kind') ?? ''
  if (kind !== 'flag' && kind !== 'segment')
    return nothing(`A change of ${kind || 'no kind'} switches no flag.`)
  const accesses = listAt(body, 'accesses')
  const actions = accesses.flatMap((access) => textAt(access, 'action') ?? [])
  if (actions.length > 0 && actions.every((action) => unseen.test(action)))
    return nothing(`${actions[0]} switches no flag.`)
  const resources = [
    ...accesses.map((access) => textAt(access, 'resource')),
    ...listAt(body, 'target', 'resources'),
  ]
    .filter((resource) => typeof resource === 'string')
    .map(resourceOf)
  const name = textAt(body, 'name') ?? textAt(body, 'target', 'name') ?? resources[0]?.key
  const environment = resources.find((resource) => resource.environment !== undefined)?.environment
  const at = timeAt(body, 'date')
  return one({
    key: ['launchdarkly', textAt(body, '_id') ?? delivery],
    at,
    kind: 'CONFIG',
    summary: words(
      `feature ${kind}`,
      name,
      environment && `in ${environment}:`,
      textAt(body, 'titleVerb') ?? actions.join(', '),
    ),
    fields: [],
    actor: textAt(body, 'member', 'email') ?? textAt(body, 'member', 'firstName'),
    url: urlAt(body, '_links', 'site', 'href'),
    environment,
    explicit: about(resources.flatMap(({ tags }) => tags)),
    repositories: [],
    names: resources
      .flatMap(({ key, project }) => [key, project].filter((one) => one !== undefined))
      .map((one): Named => ({ name: one })),
  })
}

type Resource = { project?: string; environment?: string; key?: string; tags: string[] }

/** `proj/shop:env/production;tag:flag/new-cart;service/cart`: each part with its tags behind a semicolon. */
function resourceOf(text: string): Resource {
  const found: Resource = { tags: [] }
  for (const part of text.slice(0, 1_000).split(/:(?=(?:proj|env|flag|segment)\/)/)) {
    const [path = '', ...tags] = part.split(/[;,]/)
    const [, kind, key = ''] = /^(proj|env|flag|segment)\/(.+)$/.exec(path) ?? []
    if (kind === 'proj') found.project = key
    else if (kind === 'env') found.environment = key
    else if (kind !== undefined) Object.assign(found, { key, tags })
  }
  return found
}

/** Events of Unleash after which somebody may be served something else. */
const served =
  /^(?:feature-(?:environment-(?:enabled|disabled|variants-updated)|strategy-(?:add|update|remove)|variants-updated|archived|revived|import|project-change|dependency-added|dependency-removed)|strategy-order-changed|segment-updated|segment-deleted|change-request-applied|change-request-schedule-.*|release-plan-.*)$/

/** Unleash's webhook, its event as it is (https://docs.getunleash.io/integrations/webhook). A flag's tags may say `service:cart`. */
export const readUnleash: ReadMessage = ({ body, delivery }) => {
  const type = textAt(body, 'type') ?? ''
  if (!served.test(type)) return nothing(`${type || 'An event of no type'} switches no flag.`)
  const [flag, project, environment] = [
    textAt(body, 'featureName'),
    textAt(body, 'project'),
    textAt(body, 'environment'),
  ]
  const tags = listAt(body, 'tags').flatMap((tag) => {
    const [kind, value] = [textAt(tag, 'type'), textAt(tag, 'value')]
    return value === undefined ? [] : [value, `${kind}:${value}`]
  })
  return one({
    key: ['unleash', idAt(body, 'id') ?? delivery],
    at: timeAt(body, 'createdAt'),
    kind: 'CONFIG',
    summary: words('feature flag', flag, environment && `in ${environment}:`, type.replaceAll('-', ' ')),
    actor: textAt(body, 'createdBy'),
    environment,
    explicit: about(tags),
    repositories: [],
    names: [flag, project].filter((name) => name !== undefined).map((name): Named => ({ name })),
  })
}

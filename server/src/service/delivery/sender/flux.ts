import { fieldOf } from '../../../port/forge-hook.ts'
import { explicitOf, field, nothing, one, type ReadMessage, textAt, timeAt, words } from '../told.ts'

/** Reasons for which a controller of Flux may have changed what runs, though it ended badly. */
const appliedThenFailed =
  /^(?:HealthCheckFailed|ReconciliationFailed|(?:Install|Upgrade|Rollback|Uninstall|Test)Failed)$/
/** Kinds that make things run; sources, images and receivers only fetch. */
const kinds: ReadonlySet<string> = new Set([
  'Kustomization',
  'HelmRelease',
  'Terraform',
  'ResourceSet',
  'FluxInstance',
])

/**
 * Events of Flux's notification controller, as its providers `generic` and `generic-hmac` post them
 * (https://fluxcd.io/flux/components/notification/events/). An Alert's `eventMetadata` may say `entities`, and `environment`.
 */
export const readFlux: ReadMessage = ({ body }) => {
  const kind = textAt(body, 'involvedObject', 'kind') ?? ''
  const name = textAt(body, 'involvedObject', 'name')
  if (name === undefined) return nothing('The event has no involvedObject.')
  if (!kinds.has(kind)) return nothing(`${kind || 'An object of no kind'} is fetched and runs nothing.`)
  const reason = textAt(body, 'reason') ?? ''
  const failed = textAt(body, 'severity') === 'error'
  const revision = revisionOf(body)
  if (failed && !appliedThenFailed.test(reason))
    return nothing(`${reason || 'An error'}: nothing was applied.`)
  if (revision === undefined) return nothing('The event names no revision that was applied.')
  const namespace = textAt(body, 'involvedObject', 'namespace')
  const message = textAt(body, 'message')
  return one({
    // A controller that looks again and finds the same revision has changed nothing.
    key: [kind, namespace, name, revision, failed ? reason : 'applied'],
    at: timeAt(body, 'timestamp'),
    kind: 'ROLLOUT',
    summary: words(
      kind,
      name,
      'at',
      revision,
      failed ? `failed (${reason})` : 'applied',
      message && `: ${message.slice(0, 200)}`,
    ),
    fields: field('revision', undefined, revision),
    actor: textAt(body, 'reportingController'),
    environment: textAt(body, 'metadata', 'environment') ?? textAt(body, 'metadata', 'env'),
    explicit: explicitOf(fieldOf(body, 'metadata', 'entities')),
    ...{ repositories: [], names: [{ name, namespace }] },
  })
}

/** Under `revision`, or under the controller's own name before it. */
function revisionOf(body: unknown): string | undefined {
  const metadata = fieldOf(body, 'metadata')
  if (metadata === null || typeof metadata !== 'object') return undefined
  const keys = Object.keys(metadata).slice(0, 100)
  const key = keys.find((one) => one === 'revision' || one.endsWith('/revision'))
  return key === undefined ? undefined : textAt(metadata, key)
}

import { createHash } from 'node:crypto'
import {
  type ChangeHookAnswer,
  ChangeInput,
  type ChangeSender,
  type ChangeSource,
} from '@aiops/contract/model/change'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import { headerOf, hookBody, isRefusal } from '../../port/forge-hook.ts'
import { entitiesOf, mappingOf } from './about.ts'
import type { DeliveryConfig } from './config.ts'
import type { Delivery, DeliveryDeps, DeliveryRequest } from './index.ts'
import { isProven } from './proof.ts'
import { readArgoCd, readArgoRollouts } from './sender/argo.ts'
import { readChaos } from './sender/chaos.ts'
import { readLaunchdarkly, readOpenfeature, readUnleash } from './sender/flag.ts'
import { readFlux } from './sender/flux.ts'
import { readGithub } from './sender/github.ts'
import { readGitlab } from './sender/gitlab.ts'
import { line, type Message, type Reading, type ReadMessage, type Told } from './told.ts'

const senders: Readonly<Record<ChangeSender, { source: ChangeSource; read: ReadMessage }>> = {
  github: { source: 'GITHUB', read: readGithub },
  gitlab: { source: 'GITLAB', read: readGitlab },
  argocd: { source: 'ARGO', read: readArgoCd },
  'argo-rollouts': { source: 'ARGO', read: readArgoRollouts },
  flux: { source: 'FLUX', read: readFlux },
  openfeature: { source: 'FLAG', read: readOpenfeature },
  launchdarkly: { source: 'FLAG', read: readLaunchdarkly },
  unleash: { source: 'FLAG', read: readUnleash },
  chaos: { source: 'CHAOS', read: readChaos },
}

/** The same for a sender that nobody set up and a proof that does not hold: nobody learns here which there are. */
export const unproven =
  'The webhook is not proven. Look at the sender in its address, at its tenant, and at its secret, which has to be one that changes.hooks names for it.'

export function createDelivery(deps: DeliveryDeps, config: DeliveryConfig): Delivery {
  const { clock, log } = deps
  const mapping = mappingOf(config)
  const hooks = deps.metrics.counter(
    'aiops_change_hooks_total',
    'Webhooks that told of changes, by what became of them.',
    ['sender', 'outcome'],
  )
  const secretsOf = (tenant: TenantId, sender: ChangeSender): readonly string[] =>
    config.hooks
      .filter((hook) => hook.tenant === tenant && hook.sender === sender)
      .map(({ secret }) => secret)

  /** What identifies the delivery, where its content does not. Throws UNAUTHENTICATED. */
  async function proven(tenant: TenantId, sender: ChangeSender, request: DeliveryRequest): Promise<string> {
    for (const name of secretsOf(tenant, sender)) {
      const secret = (await deps.secrets.read(name)).trim()
      const asked = { ...request, secret, nowMs: clock.now() }
      if (sender === 'github' || sender === 'gitlab') {
        const read = (await deps.forgeHook(sender === 'github' ? 'GITHUB' : 'GITLAB'))(asked)
        if (!isRefusal(read)) return read.delivery
        // It was proven first: a webhook of an organisation names no repository, for one.
        if (read.refused === 'MALFORMED') return ''
      } else if (isProven(sender, asked)) {
        return headerOf(asked, 'webhook-id') ?? ''
      }
    }
    hooks.inc({ sender, outcome: 'refused' })
    throw new Fault('UNAUTHENTICATED', unproven)
  }

  /** About nothing that is known, of another environment, too old to be kept: left out, with why. */
  async function record(
    tenant: TenantId,
    sender: ChangeSender,
    { told, why }: Reading,
  ): Promise<ChangeHookAnswer> {
    const reasons = why === null ? [] : [why]
    const ids: string[] = []
    for (const one of told) {
      const unwanted = unwantedBecause(one, config)
      const entities = entitiesOf(one, mapping, (entity) => deps.knows(tenant, entity))
      if (unwanted !== undefined) reasons.push(unwanted)
      else if (entities.length === 0) reasons.push(unknownBecause(one))
      else {
        const draft = draftOf(sender, one, entities)
        try {
          await deps.record(tenant, senders[sender].source, [draft.input])
          ids.push(draft.id)
        } catch (error) {
          if (!isFault(error) || error.code !== 'VALIDATION_FAILED') throw error
          reasons.push(messageOf(error))
        }
      }
    }
    return { ids, why: reasons.length === 0 ? null : [...new Set(reasons)].slice(0, 10).join(' ') }
  }

  return {
    takes: (tenant, sender) => secretsOf(tenant, sender).length > 0,
    async take(tenant, sender, request) {
      const delivery = await proven(tenant, sender, request)
      const body = hookBody(request.body)
      if (!body) {
        hooks.inc({ sender, outcome: 'malformed' })
        throw new Fault('INVALID_REQUEST', 'The body is no JSON object; send it as application/json.')
      }
      const message: Message = {
        ...{ body, delivery: delivery || digestOf(request.body), deploying: config.deploying },
        event: eventOf(request.headers),
      }
      const answer = await record(tenant, sender, senders[sender].read(message))
      hooks.inc({ sender, outcome: answer.ids.length > 0 ? 'recorded' : 'nothing' })
      log.debug({ sender, tenant, changes: answer.ids.length }, 'a webhook told of changes')
      return answer
    },
  }
}

function eventOf(headers: DeliveryRequest['headers']): string {
  for (const name of ['x-github-event', 'x-gitlab-event']) {
    const value = headers[name]
    if (typeof value === 'string') return value.slice(0, 100)
  }
  return ''
}

function unwantedBecause({ environment }: Told, { environments }: DeliveryConfig): string | undefined {
  if (environment === undefined || environments.length === 0) return undefined
  const isWanted = environments.some((one) => one.toLowerCase() === environment.toLowerCase())
  return isWanted ? undefined : `changes.environments does not name ${environment.slice(0, 100)}.`
}

function unknownBecause({ repositories, names }: Told): string {
  const looked = [...repositories, ...names.map(({ name }) => name)]
    .slice(0, 5)
    .map((name) => line(name, 100))
  return looked.length === 0
    ? 'It names nothing that a change could be about.'
    : `About nothing known: no service is called ${looked.join(' or ')}, and neither changes.repositories nor changes.names maps it.`
}

function draftOf(sender: ChangeSender, told: Told, entities: string[]): { id: string; input: ChangeInput } {
  const { at, kind, summary, fields = [], actor, url } = told
  const id = `${sender}-${digestOf(JSON.stringify(told.key))}`
  const input = ChangeInput.parse({
    ...{ id, kind, entities, summary: line(summary, 1_000) || kind },
    ...(at === undefined ? {} : { at }),
    fields: fields.slice(0, 20).map(({ path, before, after }) => ({
      path: line(path, 200),
      before: before === null ? null : line(before, 500),
      after: after === null ? null : line(after, 500),
    })),
    ...(actor === undefined ? {} : { actor: line(actor, 256) }),
    ...(url === undefined ? {} : { url }),
  })
  return { id, input }
}

const digestOf = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 32)

import type { DetectionModel, ModelDrift, ModelVersion } from '@aiops/contract/model/detection-model'
import type { FeedbackEffect } from '@aiops/contract/model/feedback'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import { onEvent } from '../../port/event-bus.ts'
import type { StoredModel } from '../../port/model-repository.ts'
import type { LearningConfig } from './config.ts'
import { isCorrectable } from './correction/evidence.ts'
import { createFeedbackDesk } from './feedback/desk.ts'
import { effectOf } from './feedback/effect.ts'
import { ratioOf } from './feedback/subject.ts'
import type { Learning, LearningDeps } from './index.ts'
import { learningMetrics } from './learning-metrics.ts'
import { rebuilt } from './registry/rebuild.ts'
import { ModelRegistry } from './registry/registry.ts'
import { correctionsModel, Standing } from './registry/standing.ts'
import { Trainer } from './trainer.ts'

const waitingMax = 1_000
const tenantsMax = 10_000
const answerKeptMs = 60_000

/** Wires labels, training, roll-out and drift together. All that changes a tenant's models runs one after another. */
export function createLearning(deps: LearningDeps, config: LearningConfig): Learning {
  const { records, bus, clock, log } = deps
  const registry = new ModelRegistry(records, clock, config.versions_kept)
  const standings = new Map<TenantId, Standing>()
  /** Answers that take a while to work out, until something changes and for a minute at most. */
  const effects = new Map<TenantId, { atMs: number; effect: Promise<FeedbackEffect> }>()
  const drifts = new Map<TenantId, { atMs: number; drift: Promise<ModelDrift> }>()
  const given = new Map<TenantId, string>()
  const work = new SerialExecutor('learning', waitingMax)
  const meters = learningMetrics(deps.metrics)
  const trainer = new Trainer({ ...deps, registry, meters }, config)
  const stops: (() => void)[] = []
  const desk = createFeedbackDesk(
    {
      ...deps,
      factorThen: (tenant) => (anomaly) => standings.get(tenant)?.factorThen(anomaly) ?? 1,
      changed(tenant, withdrawn) {
        effects.delete(tenant)
        drifts.delete(tenant)
        trainer.labelled(tenant)
        if (withdrawn) background(() => revoke(tenant))
      },
    },
    config,
  )

  async function standingOf(tenant: TenantId): Promise<Standing> {
    const known = standings.get(tenant)
    if (known) return known
    if (standings.size >= tenantsMax) throw new Fault('QUEUE_FULL', 'There are more tenants than can learn.')
    const standing = new Standing(tenant, registry)
    await standing.load()
    // Somebody else may have read it meanwhile.
    const loaded = standings.get(tenant) ?? standing
    standings.set(tenant, loaded)
    return loaded
  }

  /** Hands detection what is in force now, where that is something else than what it has. */
  function give(tenant: TenantId, standing: Standing): void {
    const bounds = standing.bounds(clock.now())
    const text = JSON.stringify(bounds)
    if ((given.get(tenant) ?? '[]') === text) return
    given.set(tenant, text)
    deps.correct(tenant, bounds).catch((error: unknown) => {
      given.set(tenant, '')
      log.error({ error: messageOf(error) }, 'detection did not take the corrections; they are given again')
    })
  }

  async function reload(tenant: TenantId): Promise<void> {
    const standing = await standingOf(tenant)
    await standing.load()
    effects.delete(tenant)
    drifts.delete(tenant)
    give(tenant, standing)
    meters.standing(tenant, standing, clock.now())
  }

  /** A label that taught was taken back: what follows from the rest is in force at once. */
  async function revoke(tenant: TenantId): Promise<void> {
    const standing = await standingOf(tenant)
    if (!(await trainer.revoke(tenant, standing))) return
    await reload(tenant)
  }

  async function check(tenant: TenantId): Promise<void> {
    const standing = await standingOf(tenant)
    if (await trainer.advance(tenant, standing)) await standing.load()
    if (await trainer.trainIfDue(tenant, standing)) await standing.load()
    give(tenant, standing)
    meters.standing(tenant, standing, clock.now())
  }

  /** Goes on without whoever asked; a failure is logged, and the next check tries again. */
  function background(task: () => Promise<void>): void {
    work
      .run(task)
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'learning failed for a tenant'))
  }

  function checkAll(): void {
    if (work.waiting > 0) return
    for (const tenant of new Set([...deps.tenants, ...standings.keys()])) background(() => check(tenant))
  }

  const shown = async (tenant: TenantId, model: StoredModel): Promise<DetectionModel> => {
    const versions = await registry.versions(tenant, model.id)
    const drift = model.id === correctionsModel ? await driftOf(tenant) : null
    return { ...model, versions: versions.length, drift, sentence: sentenceOf(model, versions) }
  }
  async function driftNow(tenant: TenantId): Promise<ModelDrift> {
    const drift = await trainer.drift(tenant, await standingOf(tenant))
    meters.drift(correctionsModel, drift)
    return drift
  }
  async function effectNow(tenant: TenantId): Promise<FeedbackEffect> {
    const { champion } = await standingOf(tenant)
    const inputs = await trainer.inputs(tenant)
    return effectOf({ counts: await desk.counts(tenant), inputs, champion })
  }
  const isFresh = (known: { atMs: number } | undefined): boolean =>
    known !== undefined && clock.now() - known.atMs < answerKeptMs
  function driftOf(tenant: TenantId): Promise<ModelDrift> {
    const known = drifts.get(tenant)
    if (known && isFresh(known)) return known.drift
    const drift = driftNow(tenant)
    drifts.set(tenant, { atMs: clock.now(), drift })
    drift.catch(() => drifts.delete(tenant))
    return drift
  }
  function effectIn(tenant: TenantId): Promise<FeedbackEffect> {
    const known = effects.get(tenant)
    if (known && isFresh(known)) return known.effect
    const effect = effectNow(tenant)
    effects.set(tenant, { atMs: clock.now(), effect })
    effect.catch(() => effects.delete(tenant))
    return effect
  }
  /** The corrections' model of a tenant exists as soon as somebody looks. */
  const found = async (tenant: TenantId, id: string): Promise<StoredModel> => {
    await standingOf(tenant)
    return registry.model(tenant, id)
  }

  return {
    async start() {
      for (const tenant of deps.tenants) give(tenant, await standingOf(tenant))
      stops.push(
        clock.every(durationMs(config.check_every), checkAll),
        onEvent(bus, 'learning', ['ANOMALY_DETECTED'], ({ tenant_id, payload }) => {
          const standing = standings.get(tenant_id)
          if (!standing || !isCorrectable(payload.shape)) return
          meters.decided(standing, payload, ratioOf(payload, standing.factorThen(payload)))
        }),
      )
    },
    async stop() {
      for (const stop of stops.splice(0)) stop()
      await desk.idle()
      await work.idle()
    },
    async idle() {
      await desk.idle()
      await work.idle()
    },
    async label(tenant, user, word) {
      await standingOf(tenant)
      return desk.give(tenant, user, word)
    },
    labels: desk.list,
    effect: effectIn,
    withdraw: async (tenant, id, user, any) => void (await desk.take(tenant, id, user, any)),
    review: desk.review,
    async corrections(tenant) {
      const standing = await standingOf(tenant)
      const nowMs = clock.now()
      const { champion, candidate } = standing
      const active = candidate && candidate.version.percent > 0 ? candidate : undefined
      return {
        version: champion?.version.number ?? null,
        candidate: active ? { version: active.version.number, percent: active.version.percent } : null,
        corrections: standing.shown(nowMs),
        at: isoTime(nowMs),
      }
    },
    async models(tenant) {
      await standingOf(tenant)
      return Promise.all((await registry.models(tenant)).map((model) => shown(tenant, model)))
    },
    model: async (tenant, id) => shown(tenant, await found(tenant, id)),
    async versions(tenant, id) {
      await found(tenant, id)
      return registry.versions(tenant, id)
    },
    async version(tenant, id, number) {
      await found(tenant, id)
      const version = await registry.version(tenant, id, number)
      return { ...version, document: await registry.document(tenant, version.sha256) }
    },
    async rebuild(tenant, id, number) {
      await found(tenant, id)
      return rebuilt(registry, await registry.version(tenant, id, number))
    },
    train: (tenant, id, actor, comment) =>
      work.run(async () => {
        const { kind } = await found(tenant, id)
        if (kind !== 'CORRECTIONS') throw new Fault('CONFLICT', `${id} is not trained here, but given.`)
        const trigger = comment === '' ? `asked for by ${actor}` : `asked for by ${actor}: ${comment}`
        const version = await trainer.train(tenant, await standingOf(tenant), actor, trigger)
        if (!version)
          throw new Fault('CONFLICT', 'The labels teach what is in force already, or nothing yet.')
        await reload(tenant)
        return version
      }),
    promote: (tenant, id, number, actor, comment) =>
      work.run(async () => {
        await found(tenant, id)
        const reason = comment === '' ? `put in force by ${actor}` : `put in force by ${actor}: ${comment}`
        const version = await registry.promote(tenant, id, number, reason)
        await reload(tenant)
        return version
      }),
    rollback: (tenant, id, actor, comment) =>
      work.run(async () => {
        await found(tenant, id)
        const reason = comment === '' ? `taken back by ${actor}` : `taken back by ${actor}: ${comment}`
        const model = await registry.rollback(tenant, id, reason)
        await reload(tenant)
        return shown(tenant, model)
      }),
    async drift(tenant, id) {
      const { kind } = await found(tenant, id)
      if (kind !== 'CORRECTIONS') throw new Fault('NOT_FOUND', `Nothing is known of the drift of ${id}.`)
      return driftOf(tenant)
    },
  }
}

function sentenceOf({ champion, candidate }: StoredModel, versions: readonly ModelVersion[]): string {
  const of = (number: number | null): ModelVersion | undefined =>
    versions.find((version) => version.number === number)
  const now = of(champion)
  const next = of(candidate)
  const first = now
    ? `Version ${now.number} is in force with ${now.corrections} corrections from ${now.training.labels} labels.`
    : 'No version is in force: detection works as shipped.'
  if (!next) return first
  const where = next.percent === 0 ? 'in shadow' : `on ${next.percent} % of the series`
  return `${first} Version ${next.number} is ${where}: ${next.reason}.`
}

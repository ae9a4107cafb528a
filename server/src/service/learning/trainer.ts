import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { ModelDrift, ModelVersion } from '@aiops/contract/model/detection-model'
import type { Feedback } from '@aiops/contract/model/feedback'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { LearningConfig } from './config.ts'
import { evidenceOf, isCorrectable } from './correction/evidence.ts'
import { CorrectionTable } from './correction/in-force.ts'
import { crossValidate } from './correction/score.ts'
import { type TrainingInputs, type TrainingParameters, train } from './correction/train.ts'
import { driftOf, isOftenUnreal, referenceOf, type SeenRatio } from './drift/model-drift.ts'
import { ratioOf } from './feedback/subject.ts'
import type { LearningMetrics } from './learning-metrics.ts'
import type { ModelRegistry } from './registry/registry.ts'
import { isSameEffect, nextStep, type RolloutRules } from './registry/rollout.ts'
import { shadowScore } from './registry/shadow.ts'
import { correctionsModel, type Standing } from './registry/standing.ts'

export type TrainerDeps = {
  records: RecordStore
  registry: ModelRegistry
  clock: Clock
  meters: LearningMetrics
}

const dayMs = 86_400_000
/** A candidate in shadow is judged on what was told this long before it, and since. */
const lookBackMs = 7 * dayMs
/** Anomalies read for one judgement. */
const anomaliesMax = 500
const driftAnomaliesMax = 2_000

/** Trains candidates, takes them through their roll-out and looks at drift. One tenant's calls come one after another. */
export class Trainer {
  readonly #deps: TrainerDeps
  readonly #config: LearningConfig
  readonly #rules: RolloutRules
  readonly #parameters: TrainingParameters
  /** Labels given or changed since the last training, by tenant; and when that was, in this run. */
  readonly #fresh = new Map<TenantId, number>()
  readonly #trainedMs = new Map<TenantId, number>()

  constructor(deps: TrainerDeps, config: LearningConfig) {
    this.#deps = deps
    this.#config = config
    this.#rules = {
      ...{ shadowDecisions: config.shadow_decisions, canaryDecisions: config.canary_decisions },
      ...{ canaryStepMs: durationMs(config.canary_step), regressionMax: config.regression_max },
    }
    this.#parameters = {
      half_life_ms: durationMs(config.label_half_life),
      user_share_max: config.user_share_max,
      chance_real_max: config.chance_real_max,
      factor_max: config.factor_max,
    }
  }

  labelled(tenant: TenantId): void {
    const fresh = this.#fresh.get(tenant)
    // Where it was not asked yet, the records will say.
    if (fresh !== undefined) this.#fresh.set(tenant, fresh + 1)
  }

  /** All that a training now would learn from. */
  async inputs(tenant: TenantId): Promise<TrainingInputs> {
    const labels = await this.#labels(tenant)
    return { as_of_ms: this.#deps.clock.now(), parameters: this.#parameters, evidence: evidenceOf(labels) }
  }

  /** Undefined where the labels teach nothing new, unless a version is wanted `anyway`. */
  async train(
    tenant: TenantId,
    standing: Pick<Standing, 'champion' | 'candidate'>,
    actor: string,
    trigger: string,
    anyway = false,
  ): Promise<ModelVersion | undefined> {
    const { registry, clock, meters } = this.#deps
    const labels = await this.#labels(tenant)
    const evidence = evidenceOf(labels)
    const inputs: TrainingInputs = { as_of_ms: clock.now(), parameters: this.#parameters, evidence }
    this.#fresh.set(tenant, 0)
    this.#trainedMs.set(tenant, inputs.as_of_ms)
    const document = train(inputs)
    const former = standing.candidate ?? standing.champion
    if (!anyway && isSameEffect(former?.corrections ?? [], document.corrections)) return undefined
    const validation = crossValidate(inputs)
    meters.improved(tenant, validation)
    const version = await registry.add(tenant, correctionsModel, {
      ...{ document, inputs, validation, created_by: actor, trigger },
      parameters: { ...this.#parameters },
      corrections: document.corrections.length,
      training: {
        start: evidence[0] ? isoTime(Math.min(...evidence.map(({ startedMs }) => startedMs))) : null,
        end: evidence.at(-1) ? isoTime(evidence.at(-1)?.atMs ?? 0) : null,
        labels: new Set(evidence.map(({ feedbackId }) => feedbackId)).size,
        users: new Set(evidence.map(({ user }) => user)).size,
        left_out: leftOut(labels),
      },
    })
    meters.changed('trained')
    return version
  }

  /** By schedule, by enough new labels, by too many unreal ones, by drift. Never while another is being rolled out. */
  async trainIfDue(tenant: TenantId, standing: Standing): Promise<boolean> {
    const nowMs = this.#deps.clock.now()
    const lastMs = this.#lastMs(tenant, standing)
    const fresh = this.#fresh.get(tenant) ?? (await this.#givenSince(tenant, lastMs))
    this.#fresh.set(tenant, fresh)
    if (nowMs - lastMs < durationMs(this.#config.train_pause)) return false
    if (standing.candidate && standing.candidate.version.percent > 0) return false
    const trigger = await this.#trigger(tenant, standing, fresh, nowMs - lastMs)
    if (trigger === undefined) return false
    return (await this.train(tenant, standing, 'system', trigger)) !== undefined
  }

  /** A label that taught is gone: what the rest teach takes the place of what is in force, and of what was on its way. */
  async revoke(tenant: TenantId, standing: Standing): Promise<boolean> {
    const { registry, meters } = this.#deps
    const evidence = evidenceOf(await this.#labels(tenant))
    const kept = new Set(evidence.map(({ feedbackId }) => feedbackId))
    const rests = (one: Standing['champion']): boolean =>
      one?.corrections.some(({ labels }) => labels.some((label) => !kept.has(label.feedback_id))) ?? false
    if (!rests(standing.champion)) {
      if (!rests(standing.candidate)) return false
      await registry.rollback(tenant, correctionsModel, 'a label that it rests on was taken back')
      meters.changed('rolled_back')
      return true
    }
    const trigger = 'a label that the one in force rests on was taken back'
    const { champion } = standing
    const version = await this.train(tenant, { champion, candidate: undefined }, 'system', trigger, true)
    if (!version) return false
    await registry.promote(tenant, correctionsModel, version.number, trigger)
    meters.changed('revoked')
    return true
  }

  /** The next step of a candidate's roll-out. True where something changed. */
  async advance(tenant: TenantId, standing: Standing): Promise<boolean> {
    const { candidate, champion } = standing
    if (!candidate) return false
    const { registry, clock, meters } = this.#deps
    const { version } = candidate
    const trainedMs = Date.parse(version.training.end ?? version.created_at)
    const sinceMs = Date.parse(version.entered_at) - (version.state === 'SHADOW' ? lookBackMs : 0)
    const evidence = evidenceOf(await this.#labels(tenant, trainedMs))
    const shadow = shadowScore(
      {
        champion: champion?.table ?? new CorrectionTable([]),
        candidate: candidate.table,
        anomalies: await this.#anomalies(tenant, sinceMs, anomaliesMax),
        unseen: evidence.filter(({ atMs }) => atMs > trainedMs),
        factorThen: (anomaly) => standing.factorThen(anomaly),
      },
      clock,
    )
    const step = nextStep(version, shadow, clock.now(), this.#rules)
    if (step.kind === 'ROLL_BACK') {
      await registry.rollback(tenant, correctionsModel, step.reason)
      meters.changed('rolled_back')
    } else if (step.kind === 'STAY') {
      if (step.reason === version.reason && version.shadow?.decisions === shadow.decisions) return false
      await registry.enter(tenant, correctionsModel, version.number, version.state, {
        reason: step.reason,
        shadow,
      })
    } else if (version.percent === 100 || step.percent === 100) {
      await registry.enter(tenant, correctionsModel, version.number, version.state, {
        reason: step.reason,
        shadow,
      })
      await registry.promote(tenant, correctionsModel, version.number, step.reason)
      meters.changed('promoted')
    } else {
      const entry = { percent: step.percent, reason: step.reason, shadow }
      await registry.enter(tenant, correctionsModel, version.number, 'CANARY', entry)
      meters.changed('advanced')
    }
    return true
  }

  async drift(tenant: TenantId, standing: Standing): Promise<ModelDrift> {
    const nowMs = this.#deps.clock.now()
    const champion = standing.champion?.version
    const fromMs = champion ? referenceOf(champion).startMs : nowMs
    const anomalies = champion ? await this.#anomalies(tenant, fromMs, driftAnomaliesMax) : []
    const seen = anomalies
      .filter(({ shape }) => isCorrectable(shape))
      .map(
        (anomaly): SeenRatio => ({
          metric: anomaly.series.name,
          ratio: ratioOf(anomaly, standing.factorThen(anomaly)),
          detectedMs: Date.parse(anomaly.detected_at),
        }),
      )
    return driftOf({
      ...{ nowMs, champion, seen, labels: await this.#labels(tenant, nowMs - dayMs) },
      staleMs: durationMs(this.#config.stale_after),
      unrealShareMax: this.#config.unreal_share_max,
    })
  }

  async #trigger(
    tenant: TenantId,
    standing: Standing,
    fresh: number,
    sinceMs: number,
  ): Promise<string | undefined> {
    if (fresh >= this.#config.train_labels) return `${fresh} new labels`
    if (fresh === 0 && sinceMs < durationMs(this.#config.train_every)) return undefined
    if (sinceMs >= durationMs(this.#config.train_every)) return 'the time for it came'
    const drift = await this.drift(tenant, standing)
    if (isOftenUnreal(drift, this.#config.unreal_share_max))
      return `${Math.round((drift.unreal_share ?? 0) * 100)} % of the labels of the last day are unreal`
    return drift.status === 'CRITICAL' ? 'what is seen has drifted from what it was trained on' : undefined
  }

  #lastMs(tenant: TenantId, { champion, candidate }: Standing): number {
    const made = [champion, candidate].map((one) => (one ? Date.parse(one.version.created_at) : 0))
    return Math.max(this.#trainedMs.get(tenant) ?? 0, ...made)
  }

  /** What a process before this one was given and did not train on any more. */
  async #givenSince(tenant: TenantId, sinceMs: number): Promise<number> {
    const filter = { verdicts: [], states: [], startMs: sinceMs + 1, limit: 0, offset: 0 }
    const { tally } = await this.#deps.records.feedback.list(tenant, filter)
    return tally.reduce((sum, { count }) => sum + count, 0)
  }

  async #labels(tenant: TenantId, startMs?: number): Promise<Feedback[]> {
    const filter = { verdicts: [], states: [], startMs, limit: this.#config.labels_max, offset: 0 }
    return (await this.#deps.records.feedback.list(tenant, filter)).labels
  }

  async #anomalies(tenant: TenantId, startMs: number, limit: number): Promise<Anomaly[]> {
    return (await this.#deps.records.anomalies.list(tenant, { startMs, limit, offset: 0 })).anomalies
  }
}

/** Labels that teach nothing, by why. */
function leftOut(labels: readonly Feedback[]): Record<string, number> {
  const counts: Record<string, number> = {}
  const count = (why: string): void => {
    counts[why] = (counts[why] ?? 0) + 1
  }
  for (const { state, verdict, anomalies } of labels)
    if (state !== 'ACCEPTED') count(state.toLowerCase())
    else if (verdict.startsWith('CAUSE')) count('about_the_cause')
    else if (!anomalies.some(({ shape }) => isCorrectable(shape))) count('no_matter_of_bounds')
  return counts
}

import type {
  DetectionParameters,
  DetectionRule,
  DetectionSettingsInput,
} from '@aiops/contract/model/detection'
import type { Labels } from '@aiops/contract/model/label'
import { labelTest } from '../../../kernel/matcher.ts'
import type { DetectConfig } from '../config.ts'
import { globTest } from './rule-glob.ts'

/** What holds for one series, and who says so. */
export type Ruling = {
  parameters: DetectionParameters
  /** Whether somebody asks for it by name: hosts are watched only then. */
  wanted: boolean
  /** Whether `severity_max` comes from a rule. */
  severityRuled: boolean
  /** Names of the rules that fit, first those of the tenant. */
  names: readonly string[]
}

type Compiled = { rule: DetectionRule; fits: (labels: Labels) => boolean }

/** Defaults as the platform's configuration has them. */
export const defaultsOf = (config: DetectConfig): DetectionParameters => ({
  ...{ enabled: true, tier: 'AUTO', sensitivity: config.sensitivity, seasonality: 'AUTO', window: null },
  ...{ min_data_points: config.history_points, cooldown: config.cooldown },
  ...{ persistence: config.persistence, persistence_points: config.persistence_points },
  ...{ min_effect: null, severity_max: 'CRITICAL', above: null, below: null, budget: config.budget },
  multivariate: config.multivariate.enabled,
})

/** The rules of the configuration in the tenants' form. */
export const shippedOf = (config: DetectConfig): DetectionRule[] =>
  config.rules.map(({ match, ...parameters }) => ({
    name: match,
    match: { metric: `${match}*` },
    ...parameters,
  }))

/**
 * Settings of one tenant. Each parameter is that of the first of its own rules that fits and names it, then of the first shipped rule
 * that fits, then of the defaults. Throws INVALID_REQUEST for a matcher that cannot be used.
 */
export class Rules {
  readonly defaults: DetectionParameters
  /** Whether a metric name is all that a series is told apart by. */
  readonly byNameAlone: boolean
  readonly #rules: readonly Compiled[]
  readonly #shipped: readonly Compiled[]

  constructor(config: DetectConfig, { defaults, rules }: DetectionSettingsInput) {
    this.defaults = { ...defaultsOf(config), ...named(defaults) }
    this.#rules = rules.map(compiled)
    this.#shipped = shippedOf(config).map(compiled)
    this.byNameAlone = rules.every(
      ({ match }) => match.series === undefined && (match.labels ?? []).every((m) => m.name === '__name__'),
    )
  }

  of(labels: Labels): Ruling {
    const own = this.#rules.filter(({ fits }) => fits(labels)).map(({ rule }) => rule)
    const shipped = this.#shipped.find(({ fits }) => fits(labels))?.rule
    const parameters = { ...this.defaults }
    if (shipped) Object.assign(parameters, parametersOf(shipped))
    // What is switched off as a whole is not switched on by what is shipped.
    if (!this.defaults.enabled) parameters.enabled = false
    for (const rule of own.toReversed()) Object.assign(parameters, parametersOf(rule))
    return {
      parameters,
      wanted: shipped?.enabled === true || own.some((rule) => rule.enabled === true),
      severityRuled: [...own, ...(shipped ? [shipped] : [])].some((rule) => rule.severity_max !== undefined),
      names: [...own, ...(shipped ? [shipped] : [])].map(({ name }) => name),
    }
  }
}

function compiled(rule: DetectionRule): Compiled {
  const { metric, labels: matchers, series } = rule.match
  const tests: ((labels: Labels) => boolean)[] = []
  if (metric !== undefined) {
    const fits = globTest(metric)
    tests.push((labels) => fits(labels.__name__ ?? ''))
  }
  if (matchers !== undefined && matchers.length > 0) tests.push(labelTest(matchers))
  if (series !== undefined) tests.push((labels) => isSame(labels, series))
  return { rule, fits: (labels) => tests.every((test) => test(labels)) }
}

const isSame = (labels: Labels, other: Labels): boolean => {
  const names = Object.keys(other)
  return names.length === Object.keys(labels).length && names.every((name) => labels[name] === other[name])
}

const parametersOf = ({ name: _, match: __, ...parameters }: DetectionRule): Partial<DetectionParameters> =>
  named(parameters)

/** Without what is not said: it must not blank what is. */
const named = <T extends object>(parameters: T): Partial<T> =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)) as Partial<T>

import { Fault, isFault, messageOf } from '../../../../kernel/fault.ts'
import { builtins } from './builtin.ts'
import { executeTemplate } from './execute.ts'
import { prometheusFunctions, type TemplateWorld } from './function.ts'
import type { Template } from './node.ts'
import { parseTemplate } from './parse.ts'
import { Struct, type Value } from './value.ts'

export type { TemplateWorld } from './function.ts'

/** What a template of an alerting rule is about. */
export type AlertData = {
  labels: Readonly<Record<string, string>>
  externalLabels: Readonly<Record<string, string>>
  externalUrl: string
  /** A histogram comes as its text. */
  value: number | string
}

const nowhere: TemplateWorld = { query: async () => [], nowMs: 0, externalUrl: '' }
const names: ReadonlySet<string> = new Set([
  ...builtins.keys(),
  ...prometheusFunctions(nowhere).keys(),
  ...['and', 'or'],
])
const variables = ['$labels', '$externalLabels', '$externalURL', '$value']

/** The text of one label or annotation of an alerting rule, in Go's template language as Prometheus extends it. */
export class AlertTemplate {
  readonly text: string
  readonly #template: Template | undefined

  /** Throws INVALID_REQUEST with the reason. */
  constructor(text: string) {
    this.text = text
    this.#template = text.includes('{{') ? parseTemplate(text, names, variables) : undefined
  }

  /** What cannot be expanded says so in its place, as Prometheus has it: an alert with a broken text is better than none. */
  async expand(data: AlertData, world: TemplateWorld, alert: string): Promise<string> {
    if (!this.#template) return this.text
    const labels = new Map<string, Value>(Object.entries(data.labels))
    const externalLabels = new Map<string, Value>(Object.entries(data.externalLabels))
    const root = new Struct('template.alertTemplateData', {
      Labels: labels,
      ExternalLabels: externalLabels,
      ExternalURL: data.externalUrl,
      Value: data.value,
    })
    const given = {
      $labels: labels,
      $externalLabels: externalLabels,
      $externalURL: data.externalUrl,
      $value: data.value,
    }
    const functions = new Map([...builtins, ...prometheusFunctions(world)])
    try {
      return await executeTemplate(this.#template, root, given, functions)
    } catch (error) {
      return `<error expanding template: error executing template __alert_${alert}: ${messageOf(error)}>`
    }
  }
}

/** What is wrong with a template; undefined where it can be parsed. */
export function templateProblem(text: string): string | undefined {
  try {
    new AlertTemplate(text)
    return undefined
  } catch (error) {
    if (!isFault(error) && !(error instanceof Fault)) throw error
    return messageOf(error)
  }
}

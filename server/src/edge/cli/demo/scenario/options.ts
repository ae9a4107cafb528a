export const scenarioNames = ['provider-outage', 'price-spike', 'latency-spike'] as const
export type ScenarioName = (typeof scenarioNames)[number]

export type ScenarioOptions = {
  scenario: ScenarioName
  /** Also does what a person has to: approves where the policy asks for one, and reviews an emergency afterwards. */
  approve: boolean
  keep: boolean
  json: boolean
  seed: number
  port: number
  /** Seconds in which all is well, so that the platform learns what usual is. */
  baseline: number
  set: string[]
}

export type ScenarioDeps = {
  /** Entry point of this program, to run the platform as a process of its own. */
  mainPath: string
  /** Folder with the content of the infrastructure repository. */
  placementExample: string
}

/** As in `example/placement`: one stack, its variables file, and the variables that say where each service runs. */
export const project = 'infra'
export const stackName = 'prod'
export const stackFolder = 'infra/envs/prod'
export const variablesFile = `${stackFolder}/terraform.tfvars`

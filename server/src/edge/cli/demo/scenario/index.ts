/** `aiops demo --scenario …`: trouble at a provider on the simulator, seen through to the review, over the platform's own interfaces alone. */

export { type ScenarioDeps, type ScenarioName, type ScenarioOptions, scenarioNames } from './options.ts'
export { runScenario } from './run.ts'

/** OpenTofu and Terraform: infrastructure code planned and applied by the program of this machine, in a private folder. */
export { PlanEngineConfig } from './config.ts'
export { createPlanEngine, type PlanEngineDeps } from './plan-engine.ts'

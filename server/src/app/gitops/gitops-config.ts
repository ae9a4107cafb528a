import { PlanEngineConfig } from '../../adapter/tofu/index.ts'
import { GitopsConfig as ServiceConfig } from '../../service/gitops/index.ts'
import { TerraformStateConfig } from '../../service/gitops/state/index.ts'

/** With what it runs on: the program that plans, and where states are kept. */
export const GitopsConfig = ServiceConfig.extend({
  engine: PlanEngineConfig.prefault({}),
  state: TerraformStateConfig.prefault({}),
})

/** States of infrastructure: kept encrypted with their versions, one writer at a time. */
export { TerraformStateConfig } from './config.ts'
export { createTerraformStates, type StateAudit, type TerraformStatesDeps } from './terraform-states.ts'

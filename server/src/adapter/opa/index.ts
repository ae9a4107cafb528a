/** Open Policy Agent as a program of this machine: rules of the site in Rego beside the policy. */
export { createOpaProgram, verdictOf } from './opa-program.ts'

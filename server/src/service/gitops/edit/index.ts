/** Files of variables: read where there is no engine, and edited token by token, so that a change shows as one line. */
export { editVariables, readVariables, type VariableEdit } from './edit-variables.ts'
export type { Variable, VariableValue } from './variable.ts'

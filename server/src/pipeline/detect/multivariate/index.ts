/** Several metrics of one thing, judged together. */
export { Group, groupRows } from './group.ts'

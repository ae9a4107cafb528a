/** Several metrics of one thing, judged together. */
export { Group, groupRows } from './group.ts'
export { Groups, isTogether } from './groups.ts'

/** Mine: log lines → the statements that wrote them, streaming and in bounded memory. */

export { MineConfig } from './config.ts'
export { Miner } from './miner.ts'
export { type Rule, rules } from './rule.ts'
export type { Statement } from './statement.ts'
export { eventIdOf, matchesTemplate } from './template.ts'

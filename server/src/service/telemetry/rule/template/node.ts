import type { Value } from './value.ts'

/** One word of a command: what it stands for is looked up when it runs. */
export type Operand =
  | { node: 'literal'; value: Value }
  | { node: 'dot' }
  | { node: 'nil' }
  | { node: 'function'; name: string }
  | { node: 'variable'; name: string; fields: readonly string[] }
  | { node: 'field'; fields: readonly string[] }
  | { node: 'pipe'; pipe: Pipe; fields: readonly string[] }
export type Command = readonly Operand[]
/** `{{ $a, $b := x | f y }}`: what is declared or assigned, then commands, each taking the result before it as its last argument. */
export type Pipe = { names: readonly string[]; declares: boolean; commands: readonly Command[] }

export type Node =
  | { node: 'text'; text: string }
  | { node: 'action'; pipe: Pipe }
  | { node: 'if' | 'with' | 'range'; pipe: Pipe; body: readonly Node[]; otherwise: readonly Node[] }
  | { node: 'break' | 'continue' }
  | { node: 'template'; name: string; pipe?: Pipe }

export type Template = { nodes: readonly Node[]; defined: ReadonlyMap<string, readonly Node[]> }

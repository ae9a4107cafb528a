export type VariableValue =
  | string
  | number
  | boolean
  | null
  | VariableValue[]
  | { [name: string]: VariableValue }

/** A variable of a file. `start` and `end` enclose its value; line and column, from 1, are those of its name. */
export type Variable = {
  name: string
  value: VariableValue
  start: number
  end: number
  line: number
  column: number
}

/** `problem` stands for text that could not be read, and says why. */
export type RunbookFile = { file: string; text: string; problem?: string }

/** Where runbook documents come from; read at start and again and again, so that a change is seen. */
export interface RunbookSource {
  load(): Promise<RunbookFile[]>
}

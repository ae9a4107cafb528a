/** A document that people wrote. `problem` stands for text that could not be read, and says why. */
export type DocumentFile = { file: string; text: string; problem?: string; modifiedMs?: number }

/** Where documents come from (runbooks, stream rules, scrape configurations, alert mappings); read at start and again and again, so that a change is seen. */
export interface DocumentSource {
  load(): Promise<DocumentFile[]>
}

import type { CnfSearch } from './cnf-search.ts'

export type CnfSearchChange = (part: Partial<Record<keyof CnfSearch, unknown>>, replace?: boolean) => void
/** What every part of the page is given: what is looked at, and how to look at something else. */
export type CnfPartProps = { search: CnfSearch; onChange: CnfSearchChange }

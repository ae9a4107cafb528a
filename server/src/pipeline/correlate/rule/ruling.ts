/** Signals of one key are one group; `only`: and nothing else is in it. */
export type Ruled = { key: string; only: boolean; why: string }
/** Where its incident goes; the smallest `order` of its members wins. */
export type Routed = { to: string; order: number; why: string }

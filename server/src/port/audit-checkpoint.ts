/**
 * Keeps lines outside the database, in the order they were given. A resolved append is on disk. Nothing is ever changed or taken away.
 * Reading yields whole lines only, each of at most `checkpointLineMax` characters; what a crash left half written is passed over, and what
 * is longer comes cut off. Throws STORAGE_UNAVAILABLE for what cannot be read or written.
 */
export interface CheckpointLog {
  /** As people know it: a path, an address. */
  readonly name: string
  append(line: string): Promise<void>
  /** From the oldest; nothing where nothing was ever written. */
  lines(): AsyncIterable<string>
  /** Whether it was ever written to. */
  exists(): Promise<boolean>
}

export const checkpointLineMax = 4_096

/** An Ed25519 key (RFC 8032) that never leaves its keeper. */
export interface SigningKey {
  /** The first 16 hex digits of the SHA-256 of the public key in its SubjectPublicKeyInfo form. */
  readonly keyId: string
  /** PEM. */
  readonly publicKey: string
  sign(bytes: Uint8Array): Uint8Array
}

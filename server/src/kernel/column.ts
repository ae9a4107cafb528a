type Column =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>

/**
 * The column with room for `length` entries, the new ones zero. Its memory moves: what was seen through the old column or views of it is
 * gone, and freed at once. Columns that are copied instead wait for the collector, which knows little of memory outside its heap and
 * lets several generations of them pile up.
 */
export function widened<T extends Column>(column: T, length: number): T {
  const Same = column.constructor as new (buffer: ArrayBuffer) => T
  return new Same(column.buffer.transfer(length * column.BYTES_PER_ELEMENT))
}

/** As `widened`, to hold the entry `index`: by a half at least, so that growing costs little in all. */
export const widenedFor = <T extends Column>(column: T, index: number): T =>
  index < column.length ? column : widened(column, Math.max(index + 1, Math.ceil(column.length * 1.5)))

/** One page of what was found. */
export const pageOf = <T>(found: readonly T[], page: number, pageSize: number) => ({
  items: found.slice((page - 1) * pageSize, page * pageSize),
  ...{ total: found.length, page, page_size: pageSize, total_pages: Math.ceil(found.length / pageSize) },
})

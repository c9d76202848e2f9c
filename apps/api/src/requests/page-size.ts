/** Items of a page unless asked otherwise. */
export const PAGE_SIZE_DEFAULT = 50;
/** Most items of a page. */
export const PAGE_SIZE_MAX = 500;

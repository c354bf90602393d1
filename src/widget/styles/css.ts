/** Marks a sheet for the build, which takes its white space out. */
export const css = String.raw;

/**
 * A picture that cannot be had leaves a quiet frame in its place, wherever in the page it stands: its
 * disk may be away, or its file gone a moment ago. This marks it; `look.css` draws the frame.
 */

/** Follows all pictures of the page, for as long as it lives. */
export function framePicturesThatFail(page: Document): void {
  // What happens to a picture does not bubble, but can be caught on the way down.
  page.addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLImageElement) target.dataset['missing'] = '';
    },
    true,
  );
  page.addEventListener(
    'load',
    ({ target }) => {
      if (target instanceof HTMLImageElement) delete target.dataset['missing'];
    },
    true,
  );
}

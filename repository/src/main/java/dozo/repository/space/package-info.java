/**
 * What deleting restore points would free, asked before it is done. {@link
 * dozo.repository.space.SpaceSurvey} compares the leaves of chunk maps by their ids, so that what
 * restore points have in common is not looked at twice, and never asks the index.
 */
@NullMarked
package dozo.repository.space;

import org.jspecify.annotations.NullMarked;

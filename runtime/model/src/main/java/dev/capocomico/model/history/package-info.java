/** What has happened to an execution, told in order: the journal's steps as entries for people and programs. */
@NullMarked
package dev.capocomico.model.history;

import org.jspecify.annotations.NullMarked;

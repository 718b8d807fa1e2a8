package service

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strconv"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Pages describes how a list is read page by page.
type Pages struct {
	Limit int                    // items of a page: the maximum of the service
	Items string                 // field of a response with the items, such as "jobs"
	ID    string                 // field of an item with its ID, such as "job_id"
	Next  func(url.Values, Page) // sets the query of the next page
	Hint  string                 // how to select a part of the list, such as "select some with begin_time and end_time"
}

// A Page is what the query of the next page may depend on.
type Page struct {
	Number   int    // of the page that was read, from 1
	Received int    // items so far, without those that were sent again
	LastID   string // of the last item
}

// NextItem makes an offset count items. Tasks that began in the meantime push others to the next page, which are sent again.
func NextItem(query url.Values, p Page) { query.Set("offset", strconv.Itoa(p.Received)) }

// NextPage makes an offset count pages from 1. If the service counts items, each page repeats those of the last one but the first: that
// is slow, and leaves out nothing.
func NextPage(query url.Values, p Page) { query.Set("offset", strconv.Itoa(p.Number+1)) }

// NextMarker makes a marker name the last item of the page.
func NextMarker(query url.Values, p Page) { query.Set("marker", p.LastID) }

const (
	maxItems = 100_000
	maxSize  = 64 << 20 // bytes of all pages
)

// Read reads all pages, until one is short or has no new item, whatever the number of items that the service counts: documented
// responses count more than they list. What is not a list is that of the first page, and so is the date of the response, which else is
// that of the last one. It returns a pointer to the answer.
func (p Pages) Read(
	ctx context.Context, call *CallInfo, c *cloud.Client, t cloud.Target, query url.Values, ids ...string,
) (any, cloud.Response, error) {
	return p.read(ctx, call, c, t, query, false, ids)
}

// read does what Read does. A wait, which must not take a list for complete that is not, refuses a page without a list.
func (p Pages) read(
	ctx context.Context, call *CallInfo, c *cloud.Client, t cloud.Target, query url.Values, forWait bool, ids []string,
) (any, cloud.Response, error) {
	none := reflect.New(call.Answer).Interface()
	all := reflect.New(call.Answer)
	query = maps.Clone(query)
	if query == nil {
		query = make(url.Values)
	}
	query.Set("limit", strconv.Itoa(p.Limit))
	hint := ""
	if p.Hint != "" && !forWait {
		hint = "; " + p.Hint
	}
	received, size := 0, 0        // of the earlier pages: items, without those that were sent again, and bytes
	seen := make(map[string]bool) // IDs of these items
	mismatches := make(cloud.Mismatches)
	var first cloud.Response
	for number := 1; ; number++ {
		answer, response, err := call.query(ctx, c, t, query, ids)
		if err != nil {
			return none, response, err
		}
		page := fieldAt(reflect.ValueOf(answer).Elem(), p.Items)
		if page.IsNil() && forWait {
			return none, response, response.Reject(ErrNoTasks)
		}
		var unseen []reflect.Value
		pageIDs := make([]string, page.Len())
		for i := range page.Len() { // an item that is twice on the same page is kept
			if pageIDs[i] = Deref(stringAt(page.Index(i), p.ID)); !seen[pageIDs[i]] {
				unseen = append(unseen, page.Index(i))
			}
		}
		done := len(pageIDs) < p.Limit || len(unseen) == 0
		if !done && received+len(unseen) >= maxItems {
			return none, response, response.Reject(fmt.Errorf("the list has more than %d tasks%s", maxItems, hint))
		}
		if size >= maxSize {
			return none, response, response.Reject(fmt.Errorf("the list has more than %d MiB%s", maxSize>>20, hint))
		}
		maps.Copy(mismatches, response.Mismatches)
		response.Mismatches = mismatches
		items := fieldAt(all.Elem(), p.Items)
		if number == 1 {
			first = response
			all.Elem().Set(reflect.ValueOf(answer).Elem())
			if !page.IsNil() {
				items.Set(reflect.MakeSlice(items.Type(), 0, len(unseen))) // waits share the page
			}
		}
		items.Set(reflect.Append(items, unseen...))
		received += len(unseen)
		if done {
			response.Date = first.Date
			return all.Interface(), response, nil
		}
		for _, id := range pageIDs {
			seen[id] = true
		}
		size += response.Size
		query = maps.Clone(query)
		p.Next(query, Page{Number: number, Received: received, LastID: pageIDs[len(pageIDs)-1]})
	}
}
